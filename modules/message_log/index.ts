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
export { messageLogModule } from './module';
