import type { PlannedPlugin, PlannedValue } from './BootPlan';

/** The listeners to start, as names or `tag:<tag>`. Two empty lists mean all of them. */
export interface Selection {
  /** Start only these and the ones they need; empty: all. */
  readonly only: readonly string[];
  /** Do not start these; wins over `only`. */
  readonly without: readonly string[];
}

/** One `--set path=value`. */
export interface Assignment {
  /** The dotted path of the value. */
  readonly path: string;
  /** The value as it was typed. */
  readonly text: string;
}

/** Resolved values and plugins of an application; reported also when its plan then turns out to be invalid. */
export interface Decided {
  /** All effective values, those of listeners included. */
  readonly values: readonly PlannedValue[];
  /** The plugins with their states, without the names of their listeners. */
  readonly plugins: readonly Omit<PlannedPlugin, 'listeners'>[];
  /** Loads the optional packages that the modules need. Called when the plan is made. @returns why they cannot be loaded. */
  readonly missingPackages: () => readonly Error[];
}

/**
 * The connection between a command of the `daemonry` program and the entry file that it loads. `createApplication` and
 * `runMain` look it up by {@link commandLine}, take the selection and assignments from it, and report to it.
 */
export interface CommandLine {
  /** `inspect`: the application is planned, and `createApplication` never settles for the entry. */
  readonly mode: 'run' | 'inspect';
  readonly selection: Selection;
  readonly assignments: readonly Assignment[];
  /** Called by `runMain`. When inspecting, the command calls `create` itself. */
  readonly take: (create: () => unknown) => void;
  /**
   * Called by `createApplication` with its result. `rehearse` runs an application without anything of an author, for a code
   * cache, and logs as this one does.
   */
  readonly creating: (application: Promise<unknown>, rehearse: () => Promise<void>) => void;
  /** Called as soon as values are resolved; also for an application that turns out to be invalid. */
  readonly decided: (decided: Decided) => void;
  /**
   * True when the command runs the application of this function already, which the entry exports; `runMain` leaves it at that.
   * Undefined when the command never does.
   */
  readonly isStarted?: (create: unknown) => boolean;
}

// A registered symbol, so that another copy of the framework in the same process finds it as well.
const COMMAND_LINE = Symbol.for('daemonry:command-line');

const holder = globalThis as { [COMMAND_LINE]?: CommandLine };

/** The command that controls this process; undefined when the program was started without the command line. */
export const commandLine = (): CommandLine | undefined => holder[COMMAND_LINE];

/** Makes a command control this process. Called by the command before it loads the entry file. */
export function setCommandLine(command: CommandLine): void {
  holder[COMMAND_LINE] = command;
}
