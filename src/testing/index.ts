export { auto, type AutomaticFakes } from './auto';
export { certify, certifyReport, type CertificationReport, type CertifiedClause } from './certify/certify';
export type { CertifyOptions } from './certify/Trial';
export { createTestApplication, type TestApplicationOptions } from './createTestApplication';
export { override, type Override, type Overrides, type Replacement } from './override';
export { stub, type StubMembers } from './stub';
export { createTestCluster, TestCluster, type TestClusterOptions } from './cluster/createTestCluster';
export { MemoryCluster, type MemoryClusterOptions } from './cluster/MemoryCluster';
export type { MemoryEngine } from './cluster/MemoryEngine';
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
export type { SyntheticOptions } from './explore/syntheticScripts';
export { encodeFaults, type FaultName, type FaultSpec } from './faults/faultSpecs';
export type { FailingTickOptions, ListenerFault, TickFaultOptions } from './faults/ListenerFault';
export type { Leak } from './leaks/LeakWatch';
export { planSnapshot, type PlanSnapshot } from './planSnapshot';
export { TestApplication } from './TestApplication';
export { VirtualClock, type VirtualClockOptions } from './clock/VirtualClock';
export type { AwaitedName, AwaitedValue } from './waiting/awaited';
export type { WaitOptions } from './waiting/Wait';
export { ApplicationProcess, type ProcessExit, type ProcessWaitOptions } from './process/ApplicationProcess';
export type { LoggedReport, LogMatch } from './process/ProcessLog';
export { startProcess, type ProcessOptions } from './process/startProcess';
export { CLUSTER_ENGINE_CLAUSES, describeClusterEngine } from './cluster/engine/describeClusterEngine';
export type { EngineClause } from './cluster/engine/engineClauses';
export type { EngineProcess, EngineSubject } from './cluster/engine/EngineProbe';
