import type { OperatorSettings } from '../shared/settings';
import type { SlackCaller } from './slackEvent';

/** Stands for everybody of the workspaces in `slackUsers`. */
export const EVERYBODY = '*';

/** The people who may ask in Slack, and get answers that may be made with the owner's tools. */
export interface Askers {
  /** Ids of users; `*` is everybody. Empty: nobody. */
  readonly users: readonly string[];
  /** Ids of workspaces; empty: only that in which the event happened. */
  readonly teams: readonly string[];
}

interface AskerSettings {
  readonly slackUsers: readonly string[];
  readonly slackTeams: readonly string[];
}

/** @param home - the workspace of the bot token, if it is known. */
export function askersOf(
  { slackUsers, slackTeams }: AskerSettings,
  { slackUser }: OperatorSettings,
  home: string | undefined,
): Askers {
  const users = slackUsers.length === 0 && slackUser !== undefined ? [slackUser] : slackUsers;
  return { users, teams: slackTeams.length === 0 && home !== undefined ? [home] : slackTeams };
}

/**
 * True if the caller may ask. Every workspace that the event names has to be an allowed one: in a channel that is shared with
 * another organisation, strangers can mention the application too.
 */
export function mayAsk({ user, team, teams, mayBeForeign }: SlackCaller, askers: Askers): boolean {
  const isNamed = askers.users.includes(user);
  if (!isNamed && (mayBeForeign || !askers.users.includes(EVERYBODY))) return false;
  if (askers.teams.length === 0) return teams.every((named) => named === (team ?? teams[0]));
  return teams.length > 0 && teams.every((named) => askers.teams.includes(named));
}
