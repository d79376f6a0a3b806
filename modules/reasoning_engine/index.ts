import { defineModule, type ModuleDefinition } from 'daemonry';

import { alertsModule } from '../alerts/module';
import { auditLogModule } from '../audit_log/module';
import { costLadderModule } from '../cost_ladder/module';
import { telemetryModule } from '../cost_telemetry/module';
import { operationalStateModule } from '../operational_state/module';
import { loadAnthropic } from './AnthropicChat';
import { AlertTools, SnapshotTools } from './builtInTools';
import { LocalProvider } from './LocalProvider';
import { ModelLoop } from './ModelLoop';
import { ModelProvider } from './ModelProvider';
import { loadOpenai } from './OpenaiChat';
import { ReasoningEngine } from './ReasoningEngine';
import { ReasoningEngineSettings } from './ReasoningEngineSettings';
import { ReasoningGuard } from './ReasoningGuard';
import { ReasoningTools } from './ReasoningTools';
import { TimeLimit } from './TimeLimit';
import { ToolBox } from './ToolBox';
import { ToolCalls } from './ToolCalls';

const SERVICES = [TimeLimit, ReasoningGuard, ToolBox, ToolCalls, ModelLoop, ModelProvider, LocalProvider];
const TOOLS = [SnapshotTools, AlertTools];

const reasoningEngine = defineModule('reasoning_engine', {
  needs: [auditLogModule(), operationalStateModule(), telemetryModule(), costLadderModule(), alertsModule()],
  packages: (settings) => {
    const { provider } = settings(ReasoningEngineSettings);
    return provider === 'anthropic' ? [loadAnthropic] : provider === 'openai' ? [loadOpenai] : [];
  },
  bind: ({ bind }) => {
    for (const service of SERVICES) bind<object>(service).toSelf();
    for (const tools of TOOLS) {
      bind<ReasoningTools>(tools).toSelf();
      bind(ReasoningTools).toService(tools);
    }
    bind(ReasoningEngine).toSelf();
  },
});

/** Answers questions about the application, as the daemon `reasoning_engine`. A failed startup aborts the boot. */
export function reasoningEngineModule(): ModuleDefinition {
  return reasoningEngine;
}

export { AnthropicSettings, ModelPrice, OpenaiSettings, ReasoningEngineSettings } from './ReasoningEngineSettings';
export type { Answer, AnswerRefusalCode, Question, Refusal } from './Answer';
export { ReasoningEngine } from './ReasoningEngine';
export { ReasoningProviderUnconfiguredError, ReasoningProviderUnknownError } from './errors';
export { type JsonSchema, type ReasoningTool, type ReasoningToolContext, ReasoningTools } from './ReasoningTools';
