import { LogWriteError } from '../shared/log/LogWriteError';

/** An event could not be appended to the audit log, or a consumer's cursor could not be stored. */
export class AuditWriteError extends LogWriteError {}
