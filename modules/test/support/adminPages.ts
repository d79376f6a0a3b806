import { join } from 'node:path';

import type {
  ApplicationHealth,
  ApplicationStatus,
  BootPlan,
  DeadLetter,
  OperatorIntent,
  RunRecord,
  TimelinePhase,
} from 'daemonry';

type Bar = readonly [number, number, string, number];

interface ShownIntent {
  readonly listener: string | undefined;
  readonly what: string;
  readonly lift: string | undefined;
  readonly isRestored: boolean;
}

/** The functions of the pages that need no browser, as the tests call them. */
interface Pages {
  'format.mjs': {
    duration(ms: number): string;
    elapsed(ms: number): string;
    relative(at: string | undefined, now: number): string;
    count(value: number): string;
  };
  'views/overview.mjs': {
    rowsOf(
      status: ApplicationStatus,
      lanes: readonly { listener: string; bars: readonly Bar[] }[],
      options: { sort: string; filter: string; search: string; now: number },
    ): readonly {
      name: string;
      tone: string;
      word: string;
      blockedBy?: string;
      nextDue?: string;
      last: string;
      lastAt: string | undefined;
      took: string;
      bars: readonly Bar[];
    }[];
    attentionOf(
      status: ApplicationStatus,
      health: ApplicationHealth | undefined,
      now: number,
      standstill?: object,
    ): readonly {
      listener?: string;
      title: string;
      detail: string;
      when: string;
      tone: string;
      about?: readonly string[];
    }[];
    filterCounts(status: ApplicationStatus): Readonly<Record<string, number>>;
  };
  'views/intents.mjs': {
    intentsOf(intents: readonly OperatorIntent[], bootedAt: string | undefined, now: number): readonly ShownIntent[];
    intentsFor(shown: readonly ShownIntent[], name: string, isPaused: boolean): readonly ShownIntent[];
  };
  'views/listener.mjs': {
    actionsOf(listener: ApplicationStatus['listeners'][number]): readonly string[];
    failingSince(
      runs: readonly RunRecord[],
      lastSuccess?: string,
    ): { at: string; runs: number; isLeast: boolean; success?: string } | undefined;
    dueText(task: { readonly paused: boolean }, blockedBy: string | undefined, count: number): string;
    freshnessText(task: { readonly stale?: boolean; readonly paused: boolean }): string;
    neighboursOf(plan: BootPlan, name: string): { needs: readonly object[]; neededBy: readonly object[] };
    errorText(error: NonNullable<RunRecord['error']>): string;
  };
  'views/state.mjs': {
    heldUp(listeners: ApplicationStatus['listeners']): ReadonlyMap<string, readonly string[]>;
  };
  'views/cluster.mjs': {
    processText(holder: string): string;
    runsOfDead(letters: readonly DeadLetter[]): readonly RunRecord[];
    withCluster(status: ApplicationStatus, newer: ApplicationStatus): ApplicationStatus;
  };
  'views/graph.mjs': {
    graphOf(
      plan: BootPlan,
      status: ApplicationStatus,
    ): {
      nodes: readonly { name: string; x: number; y: number; tone: string }[];
      edges: readonly { from: { name: string }; to: { name: string }; reason: string }[];
      alone: readonly { name: string }[];
    };
    groupsOf(
      looks: readonly object[],
    ): readonly (readonly { name: string; tone: string; word: string; blockedBy?: string }[])[];
  };
  'views/boot.mjs': {
    bootOf(
      plan: BootPlan,
      status: ApplicationStatus,
    ): {
      steps: readonly { name: string; from?: number; ms: number; critical: boolean; note: string }[];
      critical: readonly string[];
      totalMs: number;
    };
    savedStopOf(phase: TimelinePhase): {
      steps: readonly { name: string; tone: string; word: string; from?: number; ms: number }[];
      totalMs: number;
    };
    stopOf(stops: Readonly<Record<string, { from: number; to?: number; state: string }>>): {
      steps: readonly { name: string; from?: number; ms: number }[];
      totalMs: number;
    };
  };
  'views/chart.mjs': {
    ticksOf(from: number, to: number, most: number): readonly { at: number; text: string }[];
    pathsOf(bars: readonly Bar[], length: number): readonly { kind: string; d: string }[];
    barAt(bars: readonly Bar[], at: number, near: number): Bar | undefined;
    laneText(bars: readonly Bar[]): string;
    durationsOf(runs: readonly RunRecord[]): { p50: number; p95: number; most: number; good: unknown[] } | undefined;
  };
}

/** A file of the dashboard's pages, as the browser runs it. */
export const page = <K extends keyof Pages>(name: K): Pages[K] =>
  jest.requireActual(join(__dirname, '../../admin/app', name));
