/** Why a model is asked or a message is sent: the closed set by which costs and tools are counted. */
export const ROUTES = [
  'slack_dm',
  'email_inbound',
  'email_outbound_compose',
  'mcp_tool',
  'alert_investigation',
  'probe_investigation',
  'tool_loop_iteration',
  'scheduled_task',
  'unknown',
] as const;

export type Route = (typeof ROUTES)[number];
