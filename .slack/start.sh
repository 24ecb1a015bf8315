#!/bin/sh
# `slack run` hands the tokens of its app over under names of its own.
export SLACK_BOT_TOKEN="${SLACK_CLI_XOXB:-$SLACK_BOT_TOKEN}"
export SLACK_APP_TOKEN="${SLACK_CLI_XAPP:-$SLACK_APP_TOKEN}"
exec .venv/bin/python -m bot run --socket
