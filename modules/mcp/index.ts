export { type McpBlock, McpContent } from './content';
export { type McpPrompt, type McpPromptMessage, McpPrompts, type McpResource, McpResources } from './McpReadings';
export {
  DuplicateToolError,
  type McpCallContext,
  type McpCapability,
  type McpTool,
  type McpToolContext,
  McpTools,
} from './McpTools';
export { McpMount } from './McpMount';
export { McpCaller, McpSettings } from './McpSettings';
export { mcpModule } from './module';
