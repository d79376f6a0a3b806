import { defineModule, type ModuleDefinition } from 'daemonry';

import { SlackClient } from './SlackClient';
import { loadSlack } from './slackLibrary';
import { SlackSettings, SlackWebApi } from './SlackWebApi';

const slackClient = defineModule('slack_client', {
  packages: (settings) => (settings(SlackSettings).botToken === undefined ? [] : [loadSlack]),
  bind: ({ bind }) => {
    bind(SlackWebApi).toSelf();
    bind(SlackClient).toSelf();
  },
});

/** Posts to Slack, as the daemon `slack_client`; disabled without a token. */
export function slackClientModule(): ModuleDefinition {
  return slackClient;
}

export { SlackApiError, SlackTransportError } from './errors';
export { SlackClient, type PostedMessage, type SlackMessage } from './SlackClient';
export { SlackSettings } from './SlackWebApi';
