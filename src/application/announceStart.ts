import { channel } from 'node:diagnostics_channel';

import type { Application } from '../contracts/Application';

/** The message on the channel {@link STARTING}. */
export interface StartAnnouncement {
  /** The application whose `start()` was called. */
  readonly application: Application;
  /** Makes this call of `start()` reject with `error`. */
  readonly refuse: (error: Error) => void;
}

/**
 * The diagnostics channel on which each call of `start()` is announced before it begins. A program that was preloaded
 * into a process reaches the applications of an unchanged entry file through it.
 */
export const STARTING = channel('daemonry.application.starting');

/** Announces the start. Returns the error with which a subscriber refuses it. */
export function announceStart(application: Application): Error | undefined {
  if (!STARTING.hasSubscribers) return undefined;
  let refusal: Error | undefined;
  const announcement: StartAnnouncement = { application, refuse: (error) => (refusal = error) };
  STARTING.publish(announcement);
  return refusal;
}
