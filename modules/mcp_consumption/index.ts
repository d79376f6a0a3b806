import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { ReasoningTools } from '../reasoning_engine/ReasoningTools';
import { loadClient } from './client';
import { McpConsumption } from './McpConsumption';
import { McpConsumptionSettings } from './McpConsumptionSettings';
import { McpPool } from './McpPool';
import { McpReasoningTools } from './McpReasoningTools';

const mcpConsumption = defineModule('mcp_consumption', {
  needs: [auditLogModule()],
  packages: (settings) => (settings(McpConsumptionSettings).endpoints.length === 0 ? [] : [loadClient]),
  bind: ({ bind }) => {
    bind(McpPool).toSelf();
    bind(McpConsumption).toSelf();
    bind(McpReasoningTools).toSelf();
    bind(ReasoningTools).toService(McpReasoningTools);
  },
});

/** Keeps sessions with MCP servers, checked every five minutes, as the daemon `mcp_consumption`; disabled without endpoints. */
export function mcpConsumptionModule(): ModuleDefinition {
  return mcpConsumption;
}

export { McpCallFailedError, McpEndpointNotFoundError, McpPatternError, McpToolNotAllowedError } from './errors';
export { McpConsumption, type McpHealth } from './McpConsumption';
export { McpConsumptionSettings, McpEndpoint } from './McpConsumptionSettings';
export { McpPool, type McpToolCall, type McpToolResult, type OfferedTool } from './McpPool';
