import type { ContainerModule, ContainerModuleLoadOptions } from 'inversify';

/**
 * Reads the settings of a class, as they are configured.
 *
 * @throws Error for a class that nothing in the application injects.
 */
export type SettingsReader = <T extends object>(settings: abstract new (...args: never[]) => T) => T;

/** A named module, made by {@link defineModule}. An application loads it once, however many modules need it. */
export interface ModuleDefinition {
  /** Unique among the modules of an application; `[a-z][a-z0-9]*(_[a-z0-9]+)*`. */
  readonly name: string;
  /** The modules that are loaded before this one, in this order. */
  readonly needs: readonly ModuleDefinition[];
  /** Binds what the module consists of, in the container of the application. Called once per planning. */
  readonly bind: (options: ContainerModuleLoadOptions) => void | Promise<void>;
  /**
   * Lists the optional packages that the module needs as it is configured, each as a function that loads it and throws where it is
   * missing. Only `daemonry check` calls it, and not where every listener of the module is switched off.
   */
  readonly packages?: ((settings: SettingsReader) => readonly (() => unknown)[]) | undefined;
}

/** Anything that `modules` of an application takes. */
export type ApplicationModule = ContainerModule | ModuleDefinition;

/**
 * Defines a module: bindings that belong together, under a name. The application loads what it `needs` first, and each
 * module once, so that modules may need the same module.
 *
 * Two different definitions of one name are an error of the plan, unless the application lists one of them in
 * `modules`: then that one is loaded, also where a module needs the other.
 *
 * @param name - in lower-case words with one underscore between them, as the name of a listener.
 * @param options.needs - the modules to load before. @defaultValue `[]`
 * @param options.bind - binds services and listeners; it resolves nothing and does no work.
 * @param options.packages - lists the optional packages that it needs, for `daemonry check`. @defaultValue none
 * @returns a frozen definition, which several applications may share.
 */
export function defineModule(
  name: string,
  {
    needs = [],
    bind,
    packages,
  }: Pick<ModuleDefinition, 'bind' | 'packages'> & Partial<Pick<ModuleDefinition, 'needs'>>,
): ModuleDefinition {
  return Object.freeze({ name, needs: Object.freeze([...needs]), bind, packages });
}

/** True if `given` has the shape of a {@link ModuleDefinition}. Its name and its needs are not looked at. */
export function isModuleDefinition(given: unknown): given is ModuleDefinition {
  if (typeof given !== 'object' || given === null) return false;
  const { name, needs, bind } = given as Partial<Record<keyof ModuleDefinition, unknown>>;
  return typeof name === 'string' && Array.isArray(needs) && typeof bind === 'function';
}
