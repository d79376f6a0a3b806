import { defineModule, type ModuleDefinition } from 'daemonry';

import { WebRoutes } from '../web/WebRoutes';
import { MessageLog } from './MessageLog';
import { MessageRoutes } from './MessageRoutes';

const messageLog = defineModule('message_log', {
  bind: ({ bind }) => {
    bind(MessageLog).toSelf();
    bind(MessageRoutes).toSelf();
    bind(WebRoutes).toService(MessageRoutes);
  },
});

/** The log of messages, to inject as `MessageLog`, and its routes. */
export function messageLogModule(): ModuleDefinition {
  return messageLog;
}
