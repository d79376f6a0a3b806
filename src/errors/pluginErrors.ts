import { DaemonryError, type ErrorParts } from './DaemonryError';
import type { ErrorCode } from './ErrorCode';

/** Thrown by the functions of a `PluginContext`, into the plugin that called them. */
export class PluginError extends DaemonryError<
  Extract<ErrorCode, 'PLUGIN_FAILED' | 'PLUGIN_INVALID_REGISTRATION' | 'PLUGIN_REGISTRATION_OVER'>
> {
  constructor(
    /** The name of the plugin. */
    readonly pluginName: string,
    code: Extract<ErrorCode, 'PLUGIN_FAILED' | 'PLUGIN_INVALID_REGISTRATION' | 'PLUGIN_REGISTRATION_OVER'>,
    parts: ErrorParts,
  ) {
    super(code, parts);
  }
}

/** Thrown into a container module of a plugin that rebinds or unbinds something that is not the plugin's own. */
export class PluginRebindsError extends DaemonryError<'PLUGIN_REBINDS'> {
  constructor(
    /** The name of the plugin. */
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

/**
 * Thrown by `Identities.current()` when no plugin provides an identity and `plugins.identityFile` is missing or empty.
 */
export class IdentityMissingError extends DaemonryError<'IDENTITY_MISSING'> {
  constructor(
    /** The path of `plugins.identityFile`. */
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
