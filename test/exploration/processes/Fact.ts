/** One line of the journal of a process: it is on disk before anything follows from it. */
export interface Fact {
  readonly fact:
    | 'installed' // runMain has been called, and has taken the signals
    | 'creating'
    | 'created'
    | 'signal'
    | 'began' // a hook was called
    | 'ended' // a hook has returned
    | 'event' // of the application
    | 'asks' // a hook is about to call requestShutdown
    | 'crashes' // an error that nobody handles is about to come up
    | 'exits'; // somebody is about to call process.exit
  /** Epoch milliseconds. */
  readonly at: number;
  readonly listener?: string;
  readonly hook?: string;
  readonly signal?: string;
  readonly code?: number;
  /** For events. */
  readonly name?: string;
  readonly reason?: string;
  readonly fatal?: boolean;
  readonly report?: {
    readonly code: number;
    readonly listeners: readonly { readonly name: string; readonly state: string; readonly cut?: boolean }[];
  };
  /** For runs: their record. */
  readonly run?: FactRun;
}

/** The parts of a run's record that the journal keeps. */
interface FactRun {
  readonly tickId: string;
  readonly scheduledAt: string;
  readonly trigger: string;
  readonly reason?: string;
  readonly missed?: { readonly from: string; readonly to: string };
}

/** A fact to be written; its time is that of the writing unless it is given. */
export type Note = Omit<Fact, 'at'> & { readonly at?: number };
