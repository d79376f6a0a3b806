export { CostTelemetry } from './CostTelemetry';
export { Telemetry } from './Telemetry';
export {
  type RouteCounters,
  type TelemetryRecord,
  type TelemetryWindow,
  type WindowName,
  WINDOWS,
} from './TelemetryWindow';
export { costTelemetryModule, telemetryModule } from './module';
