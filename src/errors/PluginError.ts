import { DaemonryError, type ErrorParts } from './DaemonryError';
import type { ErrorCode } from './ErrorCode';

/** Thrown into a plugin, by a function of its `PluginContext`. */
export class PluginError extends DaemonryError {
  constructor(
    readonly pluginName: string,
    code: Extract<ErrorCode, 'PLUGIN_FAILED' | 'PLUGIN_INVALID_REGISTRATION' | 'PLUGIN_REGISTRATION_OVER'>,
    parts: ErrorParts,
  ) {
    super(code, parts);
  }
}
