import { DaemonryError, type ErrorParts } from './DaemonryError';
import type { ErrorCode } from './ErrorCode';

/** Thrown into a plugin, by a function of its `PluginContext`. */
export class PluginError extends DaemonryError<
  Extract<ErrorCode, 'PLUGIN_FAILED' | 'PLUGIN_INVALID_REGISTRATION' | 'PLUGIN_REGISTRATION_OVER'>
> {
  constructor(
    readonly pluginName: string,
    code: Extract<ErrorCode, 'PLUGIN_FAILED' | 'PLUGIN_INVALID_REGISTRATION' | 'PLUGIN_REGISTRATION_OVER'>,
    parts: ErrorParts,
  ) {
    super(code, parts);
  }
}

/** Thrown into a plugin's module that changes what others have bound. */
export class PluginRebindsError extends DaemonryError<'PLUGIN_REBINDS'> {
  constructor(
    readonly pluginName: string,
    deed: string,
    identifier: string,
  ) {
    super('PLUGIN_REBINDS', {
      what: `The plugin "${pluginName}" ${deed} "${identifier}", which is not its own.`,
      facts: { plugin: pluginName },
      fix: 'bind under an identifier of the plugin itself, or one that the application collects with @multiInject: a plugin adds, and changes nothing.',
    });
  }
}

/** Thrown when no plugin gives an identity, and the file that stands in does not either. */
export class IdentityMissingError extends DaemonryError<'IDENTITY_MISSING'> {
  constructor(
    readonly file: string,
    why: string,
    cause?: unknown,
  ) {
    super('IDENTITY_MISSING', {
      what: `The application has no identity: no plugin gives one, and the file ${why}.`,
      facts: { file },
      fix: 'write that file, name another one with plugins.identityFile, or enable a plugin that provides an identity.',
      cause,
    });
  }
}
