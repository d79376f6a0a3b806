/** The variables by which systemd says what it wants to be told, and the one by which its program is found. */
export interface SupervisorVariables {
  /** The address of the socket that takes notifications; undefined where nobody asks for any. */
  readonly NOTIFY_SOCKET?: string;
  /** The time, in microseconds, within which a sign of life is expected. */
  readonly WATCHDOG_USEC?: string;
  /** The process that these signs are expected of. */
  readonly WATCHDOG_PID?: string;
  readonly PATH?: string;
}

/** Reads the variables that systemd sets for a service. */
export function supervisorVariables(): SupervisorVariables {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = process.env;
  return { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH };
}
