import 'reflect-metadata';

export { createRedactor, IsDuration, type IsDurationOptions } from './configuration';
export { Available } from '../decorators/Available';
export { BackgroundDaemon, Listener, PeriodicTask } from '../decorators/listeners';
export { Nested, Secret, Settings, StatePath } from '../decorators/settings';

export type { ApplicationOptions } from './application/ApplicationOptions';
export { createApplication } from './application/createApplication';
export { runMain, type RunMainOptions } from './application/runMain';

export { Application, type Coordinator, type Registry, type RestartRequest } from './contracts/Application';
export {
  ApplicationEvents,
  type ApplicationEventMap,
  type ApplicationEventName,
  type CallInFlight,
  type LoopBlockedEvent,
  type OperationEvent,
  type OperatorEvent,
  type RunEvent,
  type StartupFailurePhase,
} from './contracts/ApplicationEvents';
export {
  type MigrationStep,
  type SqlChange,
  type SqlRow,
  type SqlStatements,
  type SqlValue,
  StateDatabase,
  StateTables,
} from './contracts/StateDatabase';
export { ApplicationAddress } from './contracts/ApplicationAddress';
export { StateError, type StateErrorCode } from './errors/stateErrors';
export { IntentOverruledError, OperationInvalidError } from './errors/operatorErrors';
export type { CommandModule, Terminal } from './contracts/CommandModule';
export type { Availability, AvailabilityState } from './contracts/Availability';
export type {
  BootPlan,
  EdgeKind,
  PlannedEdge,
  PlannedListener,
  PlannedModule,
  PlannedPlugin,
  PlannedTask,
  PlannedValue,
  PlanWarning,
  PluginProblem,
  PluginState,
  ValueOrigin,
} from './contracts/BootPlan';
export {
  type ClusterBody,
  type ClusterClaim,
  type ClusterDeadLetter,
  type ClusterDeadLetterQuery,
  ClusterEngine,
  type ClusterHistoryQuery,
  type ClusterHold,
  type ClusterHolder,
  type ClusterIntent,
  type ClusterIntentChange,
  type ClusterIntents,
  type ClusterLease,
  type ClusterMoment,
  type ClusterRun,
  type ClusterState,
  type ClusterTask,
  type ClusterTaskHandle,
  type ClusterWorker,
} from './contracts/ClusterEngine';
export { Clock, type ClockTimer, type ClockTimerOptions } from './contracts/Clock';
export type {
  ConfigOptions,
  ConfigSource,
  FrameworkConfig,
  LogFormat,
  WatchdogConfig,
} from './contracts/configuration';
export type {
  Disposer,
  HealthContext,
  HookContext,
  ReadyContext,
  RunContext,
  ShutdownContext,
  StartupContext,
  TickContext,
} from './contracts/contexts';
export type { Duration } from './contracts/Duration';
export type {
  BackgroundDaemonEntry,
  ClusterPolicy,
  Jitter,
  ListenerEntry,
  PeriodicTaskSpec,
  RestartPolicy,
  TaskSchedule,
} from './contracts/entries';
export type { DeadLetter, DeadLetterQuery } from './contracts/DeadLetter';
export type { ExitReport, ExitReportListener } from './contracts/ExitReport';
export type {
  HealthAnswer,
  HealthReport,
  ListenerHooks,
  OnHealth,
  OnReady,
  OnRun,
  OnShutdown,
  OnStartup,
  OnTick,
} from './contracts/hooks';
export {
  Identities,
  type Identity,
  type IdentityContext,
  type IdentityProvider,
  type ResolvedIdentity,
} from './contracts/Identity';
export {
  limited,
  ListenerLogger,
  type LogEntry,
  type LogFields,
  type LogLevel,
  type LogSink,
} from './contracts/ListenerLogger';
export {
  type ApplicationModule,
  defineModule,
  type ModuleDefinition,
  type SettingsReader,
} from './contracts/ModuleDefinition';
export type {
  BackgroundDaemonOptions,
  CronScheduleOptions,
  DaemonPolicyOptions,
  DeliveryPolicy,
  EventDrivenDaemonOptions,
  FreshnessEffect,
  IntervalScheduleOptions,
  ListenerOptions,
  ListenerReference,
  MisfirePolicy,
  NoScheduleOptions,
  OverlapPolicy,
  PeriodicTaskOptions,
  RestartLimit,
  RestartOption,
  RestartOptions,
  ScheduledDaemonOptions,
  ScheduleMode,
  ScopePolicy,
  TaskPolicyOptions,
} from './contracts/options';
export type {
  Plugin,
  PluginContext,
  PluginDaemon,
  PluginModule,
  PluginOptions,
  PluginPeriodicTask,
} from './contracts/Plugin';
export type { Redactor } from './contracts/Redactor';
export { type InterceptedRun, RunInterceptor } from './contracts/RunInterceptor';
export { type HistoryPage, type HistoryQuery, RunHistory } from './contracts/RunHistory';
export { RunLedger, type RunQuery } from './contracts/RunLedger';
export type { RunCounters, RunOutcome, RunProcess, RunRecord, RunTrigger, SkipReason } from './contracts/RunRecord';
export type {
  ExplanationVerdict,
  PauseOptions,
  ResumeOptions,
  ScheduledTaskState,
  ScheduleExplanation,
  Scheduler,
} from './contracts/Scheduler';
export type { SerializedError } from './contracts/SerializedError';
export type { ApplicationState, ListenerState } from './contracts/states';
export type {
  ApplicationHealth,
  ApplicationLiveness,
  ApplicationStatus,
  ListenerHealth,
  ListenerStatus,
  PauseInfo,
  TaskStatus,
} from './contracts/status';

export {
  OPERATOR_ACTIONS,
  type OperateRequest,
  type OperateResult,
  type OperatorAction,
  type OperatorIntent,
  type OperatorKind,
} from './contracts/Operation';
export { type IntentsChange, OperatorJournal } from './contracts/OperatorJournal';
export type { SavedTimeline, TimelinePhase, TimelineSpan } from './contracts/SavedTimeline';
export {
  AmbiguousTaskError,
  NotRunningError,
  RunRevokedError,
  UnknownListenerError,
  UnknownTaskError,
  HistoryOffError,
  InvalidHistoryQueryError,
} from './errors/taskErrors';
export {
  ApplicationStoppedError,
  BootCancelledError,
  BootError,
  DaemonDiedError,
  HookTimeoutError,
  ListenerRestartError,
  NeedDisabledError,
  RestartError,
  RunReturnedError,
} from './errors/bootErrors';
export {
  ClusterEngineError,
  ClusterTriggerExpiredError,
  ClusterUnreachableError,
  LeaseLostError,
} from './errors/clusterErrors';
export {
  type ClusterAttempt,
  type ClusterRunState,
  type ClusterStartDecision,
  type ClusterTaskState,
  decideClusterStart,
  endClusterRun,
} from './scheduling/cluster/decideClusterStart';
export { DaemonryError, type ErrorParts } from './errors/DaemonryError';
export { InvalidDurationError } from './errors/authoringErrors';
export { ERROR_CODES, type ErrorCode } from './errors/ErrorCode';
export { IdentityMissingError, PluginError } from './errors/pluginErrors';
export { PlanError, type Problem } from './errors/Problem';
export { isErrorLike } from './errors/foreign';
export { causeOf, codeOf, describeError, messageOf, NonErrorThrown } from './errors/serializeError';
export { UnhandledError } from './errors/processErrors';

export { readState } from './state/readState';

export { durationMs, formatDuration, isDuration } from './time/duration';
export { type Instant, instantMs } from './time/instant';
export { sleep, type WaitOptions } from './time/sleep';
export { type DeadlineOptions, withDeadline } from './time/withDeadline';
