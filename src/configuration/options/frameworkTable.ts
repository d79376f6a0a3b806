import { LOG_LEVELS } from '../../contracts/ListenerLogger';
import { durationRule, integerRule, listRule, oneOfRule, textRule } from './rules';

/** A section of the framework's own, each value with its rule and its default. */
export const FRAMEWORK_TABLE = {
  startup: {
    concurrency: { rule: integerRule(1, 1_000), fallback: 1 },
    rollbackGrace: { rule: durationRule(0), fallback: 10_000 },
  },
  shutdown: {
    delay: { rule: durationRule(0), fallback: 0 },
    grace: { rule: durationRule(0), fallback: 25_000 },
  },
  plugins: {
    enabled: { rule: listRule('a list of plugin names', isText), fallback: [] },
    disabled: { rule: listRule('a list of plugin names', isText), fallback: [] },
    paths: { rule: listRule('a list of folders', isText), fallback: [] },
    onFailure: { rule: oneOfRule(['continue', 'abort']), fallback: 'continue' },
    identityFile: { rule: textRule('a path'), fallback: 'identity.md' },
  },
  logging: {
    level: { rule: oneOfRule(LOG_LEVELS), fallback: 'info' },
    format: { rule: oneOfRule(['auto', 'json', 'text']), fallback: 'auto' },
  },
  state: {
    directory: { rule: textRule('a path'), fallback: 'state' },
  },
  ledger: {
    runsPerTask: { rule: integerRule(1, 100_000), fallback: 100 },
  },
} as const;

export const LEVEL_RULE = oneOfRule(LOG_LEVELS);

/** The sections whose meaning is the framework's. */
export const RESERVED_SECTIONS = [
  'listeners',
  'startup',
  'shutdown',
  'plugins',
  'logging',
  'state',
  'ledger',
  'errors',
] as const;

/** The sections of modules that are shipped: passed over where their module is not loaded. */
export const KNOWN_MODULE_SECTIONS = [
  'alert_notifier',
  'alert_wake',
  'audit_log',
  'cost_ladder',
  'cost_telemetry',
  'data',
  'email_inbound_imap',
  'heartbeat_probes',
  'mcp',
  'mcp_consumption',
  'message_log',
  'operator',
  'probe_wake',
  'promote_email_intent',
  'promote_phrasebook',
  'promote_probe_fix_envelopes',
  'promote_router_tuning',
  'promote_snapshot_expand',
  'promote_tool_trimming',
  'promotions',
  'purelymail',
  'reasoning_engine',
  'slack',
  'snapshot',
  'web',
  'webhooks',
] as const;

function isText(item: unknown): item is string {
  return typeof item === 'string' && item.trim() !== '';
}
