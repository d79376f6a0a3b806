import { ContainerModule } from 'inversify';

import type { PlannedModule } from '../contracts/BootPlan';
import { type BindingOrigin, describeOrigin, pluginOf } from '../contracts/DiscoveredListener';
import { isModuleDefinition, type ModuleDefinition } from '../contracts/ModuleDefinition';
import type { Problems } from '../errors/Problem';

/** A container module to load, and its origin. */
export interface ModuleToLoad {
  /** Not checked yet: JavaScript may give anything. */
  readonly module: unknown;
  readonly origin: BindingOrigin;
}

interface Chosen {
  readonly definition: ModuleDefinition;
  /** For messages: where it was given, else the module that needs it (`needed by "alerts"`). */
  readonly place: string;
  readonly listed: boolean;
  readonly neededBy: string[];
}

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** Orders the modules for loading: as they are given, each definition once and after the modules it needs. */
export class ModuleOrder {
  readonly #problems: Problems;
  readonly #chosen = new Map<string, Chosen>();
  readonly #loaded = new Map<string, Chosen>();

  /** @param listed - the application's `modules`. A definition among them wins over another one of the same name. */
  constructor(listed: readonly unknown[], problems: Problems) {
    this.#problems = problems;
    for (const [index, module] of listed.entries()) {
      if (isModuleDefinition(module)) this.#choose(module, `modules[${index}]`, true);
    }
  }

  /**
   * Returns the container modules to load for a given module. For a definition these are the modules it needs and itself,
   * without those that were returned before.
   *
   * @param place - where the module was given.
   */
  resolve(module: unknown, place: BindingOrigin): readonly ModuleToLoad[] {
    if (!isModuleDefinition(module)) return [{ module, origin: place }];
    this.#choose(module, describeOrigin(place), false);
    return this.#withNeeds(module.name, [], pluginOf(place));
  }

  /** Lists the definitions returned so far, in load order. */
  describe(): readonly PlannedModule[] {
    return [...this.#loaded].map(([name, { definition, listed, neededBy }]) => ({
      name,
      listed,
      needs: definition.needs.filter(isModuleDefinition).map((need) => need.name),
      neededBy,
    }));
  }

  /** The definitions returned so far, in load order. */
  get definitions(): readonly ModuleDefinition[] {
    return [...this.#loaded.values()].map(({ definition }) => definition);
  }

  /**
   * Chooses the first definition of a name. A second, different one is a problem, unless the
   * application lists the first and not the second.
   */
  #choose(definition: ModuleDefinition, place: string, listed: boolean): Chosen {
    const { name } = definition;
    const chosen = this.#chosen.get(name);
    if (chosen === undefined) {
      if (!NAME.test(name)) this.#reportName(name, place);
      const first: Chosen = { definition, place, listed, neededBy: [] };
      this.#chosen.set(name, first);
      return first;
    }
    if (chosen.definition !== definition && (listed || !chosen.listed)) {
      this.#problems.add('AMBIGUOUS_MODULE', {
        what: `Two different modules have the name "${name}".`,
        facts: { first: chosen.place, second: place },
        fix: 'define it once, in a constant that both places import; or list the one to use in `modules` of the application.',
      });
    }
    return chosen;
  }

  /** @param path - the names of the modules that need this one, outermost first. */
  #withNeeds(name: string, path: readonly string[], plugin: string | undefined): readonly ModuleToLoad[] {
    const chosen = this.#chosen.get(name);
    if (chosen === undefined || this.#loaded.has(name)) return [];
    if (path.includes(name)) {
      this.#reportCycle([...path.slice(path.indexOf(name)), name]);
      return [];
    }
    const { definition, place } = chosen;
    const before = definition.needs.flatMap((need: unknown) => {
      if (!isModuleDefinition(need)) {
        this.#reportNeed(name, place, need);
        return [];
      }
      this.#choose(need, `needed by "${name}"`, false).neededBy.push(name);
      return this.#withNeeds(need.name, [...path, name], plugin);
    });
    this.#loaded.set(name, chosen);
    const origin: BindingOrigin = { kind: 'modules', at: name, plugin };
    return [...before, { module: new ContainerModule(definition.bind), origin }];
  }

  #reportCycle(path: readonly string[]): void {
    this.#problems.add('MODULE_CYCLE', {
      what: 'Modules need each other.',
      facts: { path: path.join(' -> ') },
      fix: 'take one of the needs away: move what both modules use to a module of its own, which both need.',
    });
  }

  #reportName(name: string, place: string): void {
    this.#problems.add('INVALID_NAME', {
      what: `"${name}" cannot be the name of a module.`,
      facts: { module: place },
      fix: 'give it lower-case words with one underscore between them, such as "order_book".',
    });
  }

  #reportNeed(name: string, place: string, need: unknown): void {
    this.#problems.add('MODULE_FAILED', {
      what: `The module "${name}" needs something that is no module.`,
      facts: {
        module: place,
        given: need === undefined ? 'undefined: a circular import, or a misspelt name' : typeof need,
      },
      fix: 'give what `defineModule` returns; if a function makes the module, call it.',
    });
  }
}
