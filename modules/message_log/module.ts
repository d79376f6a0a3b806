import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { WebRoutes } from '../web/WebRoutes';
import { MESSAGE_TABLES, MessageLog } from './MessageLog';
import { MessageRoutes } from './MessageRoutes';

const messageLog = defineModule('message_log', {
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(MESSAGE_TABLES);
    bind(MessageLog).toSelf();
    bind(MessageRoutes).toSelf();
    bind(WebRoutes).toService(MessageRoutes);
  },
});

/** The log of messages, to inject as `MessageLog`, and its routes. */
export function messageLogModule(): ModuleDefinition {
  return messageLog;
}
