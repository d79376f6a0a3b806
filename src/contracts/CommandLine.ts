import type { PlannedPlugin, PlannedValue } from './BootPlan';

/** Which listeners start: names, or `tag:<tag>`. Empty lists choose nothing in particular. */
export interface Selection {
  /** These and what they need. */
  readonly only: readonly string[];
  /** All but these; it wins over `only`. */
  readonly without: readonly string[];
}

/** One `--set path=value`, its text as it was typed. */
export interface Assignment {
  readonly path: string;
  readonly text: string;
}

/** What is known of an application before it is known whether it is right. */
export interface Decided {
  /** Every effective value, those of listeners included. */
  readonly values: readonly PlannedValue[];
  readonly plugins: readonly Omit<PlannedPlugin, 'listeners'>[];
}

/**
 * What a command of the `daemonry` program and the entry file that it has loaded tell each other. `runMain` and
 * `createApplication` look for it; without one they are on their own.
 */
export interface CommandLine {
  /** `inspect`: the application is planned, and nothing that comes after `createApplication` happens. */
  readonly mode: 'run' | 'inspect';
  readonly selection: Selection;
  readonly assignments: readonly Assignment[];
  /** `runMain` was called. When inspecting, the command calls `create` itself. */
  readonly take: (create: () => unknown) => void;
  /** `createApplication` was called. */
  readonly creating: (application: Promise<unknown>) => void;
  /** Called as soon as values are decided; also for an application that turns out to be wrong. */
  readonly decided: (decided: Decided) => void;
}

// Registered, so that it is found from another copy of the framework in the same process as well.
const COMMAND_LINE = Symbol.for('daemonry:command-line');

const holder = globalThis as { [COMMAND_LINE]?: CommandLine };

/** The command in control of this process, if there is one. */
export const commandLine = (): CommandLine | undefined => holder[COMMAND_LINE];

export function setCommandLine(command: CommandLine): void {
  holder[COMMAND_LINE] = command;
}
