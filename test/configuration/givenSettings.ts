import type { AnyClass } from '../../src/contracts/metadata';
import { resolved, resolvedCleanly } from './given';
import { SlackSettings } from './SlackSettings';

export const schema = { settings: [SlackSettings] };

export async function slack(values: object, env?: Record<string, string>): Promise<SlackSettings> {
  const { settings } = await resolvedCleanly({ values: { slack: values }, ...(env && { env }) }, schema);
  return settings.get(SlackSettings) as SlackSettings;
}

export const problemsOf = async (values: unknown, type: AnyClass = SlackSettings, key = 'slack') =>
  (await resolved({ values: { [key]: values } }, { settings: [type] })).problems;
