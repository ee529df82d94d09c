#!/bin/sh
# The main job of a service provider's app, with sh, curl and sed alone, against wecom sandbox:
# a corp installs the app, the app exchanges its permanent code, a license is ordered, paid and
# activated, and a message reaches a member.
#
#   SANDBOX=http://127.0.0.1:8700 examples/curl.sh  uses a sandbox that runs
#   examples/curl.sh                                runs one for the time of the script; it needs
#       go install github.com/gothird/wecom/cmd/wecom@latest
set -eu

main() {
	start
	api=$SANDBOX/api/v1 wecom=$SANDBOX/cgi-bin

	step 'Configure: an app reads these variables'
	environment=$(curl -sS --fail "$api/environment?format=shell&reveal=true")
	eval "$environment"
	echo "$WECOM_CORP_ID $WECOM_SUITE_ID"

	step 'A corp comes into being, and its administrator installs the app'
	made=$(act corps '{"name":"Riverside","members":2}')
	corp=$(field corp_id "$made")
	user=$(field user_id "$made")
	mark=$(field auth_code "$(act installs '{"corp_id":"'"$corp"'"}')")
	echo "$corp, auth code $mark"

	step 'The app exchanges the auth code, which create_auth would have brought to its callback URL'
	auth_code=$(field secret "$(act reveal '{"mark":"'"$mark"'"}')")
	suite_token=$(field suite_access_token "$(call service/get_suite_token \
		'{"suite_id":"'"$WECOM_SUITE_ID"'","suite_secret":"'"$WECOM_SUITE_SECRET"'","suite_ticket":"'"$WECOM_SUITE_TICKET"'"}')")
	permanent_code=$(field permanent_code "$(call "service/get_permanent_code?suite_access_token=$suite_token" '{"auth_code":"'"$auth_code"'"}')")
	corp_token=$(field access_token "$(call "service/get_corp_token?suite_access_token=$suite_token" \
		'{"auth_corpid":"'"$corp"'","permanent_code":"'"$permanent_code"'"}')")
	agent=$(field agentid "$(call "service/v2/get_auth_info?suite_access_token=$suite_token" \
		'{"auth_corpid":"'"$corp"'","permanent_code":"'"$permanent_code"'"}')")
	echo "agent $agent"

	step 'The app orders a license, and somebody pays it in the provider console'
	provider_token=$(field provider_access_token "$(call service/get_provider_token \
		'{"corpid":"'"$WECOM_CORP_ID"'","provider_secret":"'"$WECOM_PROVIDER_SECRET"'"}')")
	order=$(field order_id "$(call "license/create_new_order?provider_access_token=$provider_token" \
		'{"corpid":"'"$corp"'","buyer_userid":"buyer","account_count":{"base_count":1},"account_duration":{"months":1}}')")
	act "orders/$order/pay" '{}' >/dev/null
	echo "$order is paid"

	step 'The app activates the license for a member'
	code=$(field active_code "$(call "license/list_order_account?provider_access_token=$provider_token" '{"order_id":"'"$order"'"}')")
	call "license/active_account?provider_access_token=$provider_token" '{"active_code":"'"$code"'","corpid":"'"$corp"'","userid":"'"$user"'"}' >/dev/null
	echo "$code is of $user"

	step 'The app sends a message, and the member reads it'
	call "message/send?access_token=$corp_token" \
		'{"touser":"'"$user"'","msgtype":"text","agentid":'"$agent"',"text":{"content":"Hello from curl"}}' >/dev/null
	inbox=$(curl -sS --fail "$api/messages?user_id=$user")
	echo "inbox: $(field content "$(echo "$inbox" | sed 's/.*"content":{/{/')")"
}

# start finds the sandbox, or runs one until the script ends.
start() {
	if [ -z "${SANDBOX:-}" ]; then
		listen=${LISTEN:-127.0.0.1:8700}
		SANDBOX=http://$listen
		"${WECOM:-wecom}" sandbox -listen "$listen" >/dev/null &
		sandbox=$!
		trap 'kill "$sandbox" 2>/dev/null; wait "$sandbox" 2>/dev/null || true' EXIT
	fi
	curl -s --fail --retry 20 --retry-delay 1 --retry-connrefused "$SANDBOX/api/v1/status" >/dev/null ||
		{ echo "no sandbox answers at $SANDBOX" >&2; exit 1; }
}

step() { printf '\n# %s\n' "$1"; }

# act does what others do in WeCom, by the API of the sandbox. call does what the app does.
act() { curl -sS --fail-with-body "$api/$1" -H 'Content-Type: application/json' -d "$2"; }

call() {
	answer=$(curl -sS --fail-with-body "$wecom/$1" -H 'Content-Type: application/json' -d "$2")
	case $answer in
	*'"errcode":0'[!0-9]* | *'"expires_in"'*) ;;
	*'"errcode"'*) echo "${1%%\?*}: $answer" >&2; exit 1 ;;
	esac
	echo "$answer"
}

# field is the last value of a name in JSON on one line.
field() {
	value=$(printf '%s\n' "$2" | sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p')
	[ -n "$value" ] || { echo "no $1 in $2" >&2; exit 1; }
	echo "$value"
}

main
