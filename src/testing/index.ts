export { certify, certifyReport, type CertificationReport, type CertifiedClause } from './certify/certify';
export type { CertifyOptions } from './certify/CertifyOptions';
export { createTestApplication, type TestApplicationOptions } from './createTestApplication';
export {
  explore,
  type ExplorationReport,
  type ExploredApplication,
  type ExploreOptions,
  replay,
  type ReplayOptions,
  type RunProperty,
  synthetic,
  type SyntheticSource,
} from './explore/explore';
export type { ExploredRun, ObservedCall, ObservedEvent, ObservedFault } from './explore/ExploredRun';
export type { Action, Fault, FaultKind, Script } from './explore/Script';
export type { SyntheticApplication, SyntheticListener, SyntheticTask } from './explore/SyntheticApplication';
export type { SyntheticOptions } from './explore/SyntheticOptions';
export { encodeFaults, type FaultName, type FaultSpec } from './fault/FaultSpec';
export type { FailingTickOptions, ListenerFault, TickFaultOptions } from './fault/ListenerFault';
export type { Leak } from './leaks/Leak';
export { override, type Override, type Replacement } from './override';
export { planSnapshot, type PlanSnapshot } from './planSnapshot';
export { TestApplication } from './TestApplication';
export { VirtualClock, type VirtualClockOptions } from './VirtualClock';
export type { AwaitedName, AwaitedValue } from './waiting/awaited';
export type { WaitOptions } from './waiting/Wait';
export { ApplicationProcess, type ProcessExit, type ProcessWaitOptions } from './process/ApplicationProcess';
export type { LoggedReport, LogMatch } from './process/ProcessLog';
export { startProcess, type ProcessOptions } from './process/startProcess';
