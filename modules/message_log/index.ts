export type {
  LoggedMessage,
  Message,
  MessageChannel,
  MessageDirection,
  MessageMaker,
  MessageStatus,
} from './LoggedMessage';
export { type MessageFilter, MessageLog, type MessageScanOptions, MessageLogSettings } from './MessageLog';
export { messageLogModule } from './module';
