import { LogWriteError } from '../shared/log/LogWriteError';

/** A message could not be appended to the message log. */
export class MessageWriteError extends LogWriteError {}
