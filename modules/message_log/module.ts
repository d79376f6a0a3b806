import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { WebRoutes } from '../web/WebRoutes';
import { MessageLog } from './MessageLog';
import { MessageRoutes } from './MessageRoutes';

const messageLog = defineModule('message_log', {
  needs: [auditLogModule()],
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
