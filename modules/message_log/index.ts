import { ContainerModule } from 'inversify';

import { bindMessageLog } from './bindMessageLog';

/** The log of messages, to inject as `MessageLog`. */
export function messageLogModule(): ContainerModule {
  return new ContainerModule(bindMessageLog);
}

export { bindMessageLog };
export type {
  LoggedMessage,
  Message,
  MessageChannel,
  MessageDirection,
  MessageMaker,
  MessageStatus,
} from './LoggedMessage';
export { type MessageFilter, MessageLog, type MessageScanOptions } from './MessageLog';
export { MessageLogSettings } from './MessageLogSettings';
export { MessageWriteError } from './MessageWriteError';
