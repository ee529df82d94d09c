package callback

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/spec"
)

// Every documented change can be named in On, and nothing else.
// G: inbox/registered event/constants
func TestEveryChangeTypeCanBeNamed(t *testing.T) {
	t.Parallel()
	documented := map[string][]string{ // one page names nine changes of one event
		"change_chain": {"create_chain", "update_chain", "delete_chain", "create_group", "update_group", "delete_group", "corp_join", "update_corp", "remove_corp"},
	}
	for _, e := range spec.Events() {
		name := e.InfoType + e.Event
		if e.ChangeType == "" || kinds[kind{name, e.ChangeType}] != nil || slices.Contains(documented[name], e.ChangeType) {
			continue
		}
		documented[name] = append(documented[name], e.ChangeType)
	}
	for name, changes := range documented {
		assert.ElementsMatch(t, changes, changeTypes[name], name)
	}
	for name := range changeTypes {
		assert.NotEmpty(t, documented[name], name)
		assert.NotNil(t, kinds[kind{name: name}], name)
	}
	assert.Subset(t, slices.Collect(maps.Keys(namesOf[SchoolContactEvent]())), changeTypes[KItChangeSchoolContact])
}
