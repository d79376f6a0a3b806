import { ContainerModule } from 'inversify';

import { bindAlerts } from '../alerts/bindAlerts';
import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindCostLadder } from '../cost_ladder/bindCostLadder';
import { bindTelemetry } from '../cost_telemetry/bindTelemetry';
import { bindOperationalState } from '../operational_state/bindOperationalState';
import { AlertTools, SnapshotTools } from './builtInTools';
import { LocalProvider } from './LocalProvider';
import { ModelLoop } from './ModelLoop';
import { ModelProvider } from './ModelProvider';
import { ReasoningEngine } from './ReasoningEngine';
import { ReasoningGuard } from './ReasoningGuard';
import { ReasoningTools } from './ReasoningTools';
import { TimeLimit } from './TimeLimit';
import { ToolBox } from './ToolBox';
import { ToolCalls } from './ToolCalls';

const SERVICES = [TimeLimit, ReasoningGuard, ToolBox, ToolCalls, ModelLoop, ModelProvider, LocalProvider];
const TOOLS = [SnapshotTools, AlertTools];

/** Answers questions about the application, as the daemon `reasoning_engine`, which the application does not start without. */
export function reasoningEngineModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindAuditLog(options);
    bindOperationalState(options);
    bindTelemetry(options);
    bindCostLadder(options);
    bindAlerts(options);
    for (const service of SERVICES) options.bind<object>(service).toSelf();
    for (const tools of TOOLS) {
      options.bind<ReasoningTools>(tools).toSelf();
      options.bind(ReasoningTools).toService(tools);
    }
    options.bind(ReasoningEngine).toSelf();
  });
}

export { AnthropicSettings, ModelPrice, OpenaiSettings, ReasoningEngineSettings } from './ReasoningEngineSettings';
export type { Answer, AnswerRefusalCode, Question, Refusal } from './Answer';
export { ReasoningEngine } from './ReasoningEngine';
export { ReasoningProviderUnconfiguredError, ReasoningProviderUnknownError } from './errors';
export { type JsonSchema, type ReasoningTool, type ReasoningToolContext, ReasoningTools } from './ReasoningTools';
