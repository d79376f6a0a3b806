import { ContainerModule } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { ReasoningTools } from '../reasoning_engine/ReasoningTools';
import { McpConsumption } from './McpConsumption';
import { McpPool } from './McpPool';
import { McpReasoningTools } from './McpReasoningTools';

/** Sessions with MCP servers, checked every five minutes, as the daemon `mcp_consumption`; disabled without endpoints. */
export function mcpConsumptionModule(): ContainerModule {
  return new ContainerModule((options) => {
    const { bind } = options;
    bindAuditLog(options);
    bind(McpPool).toSelf();
    bind(McpConsumption).toSelf();
    bind(McpReasoningTools).toSelf();
    bind(ReasoningTools).toService(McpReasoningTools);
  });
}

export { McpCallFailedError, McpEndpointNotFoundError, McpPatternError, McpToolNotAllowedError } from './errors';
export { McpConsumption, type McpHealth } from './McpConsumption';
export { McpConsumptionSettings, McpEndpoint } from './McpConsumptionSettings';
export { McpPool, type McpToolCall, type McpToolResult, type OfferedTool } from './McpPool';
