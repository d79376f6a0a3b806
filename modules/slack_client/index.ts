import { ContainerModule } from 'inversify';

import { SlackClient } from './SlackClient';
import { SlackWebApi } from './SlackWebApi';

/** Posts to Slack, as the daemon `slack_client`; disabled without a token. */
export function slackClientModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(SlackWebApi).toSelf();
    bind(SlackClient).toSelf();
  });
}

export { SlackApiError, SlackTransportError } from './errors';
export { SlackClient, type PostedMessage, type SlackMessage } from './SlackClient';
export { SlackSettings } from './SlackWebApi';
