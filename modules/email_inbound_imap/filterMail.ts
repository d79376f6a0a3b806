import type { InboundStatus } from '../audit_log/auditEvents';
import type { OperationalStateName } from '../operational_state/StateJournal';
import { canonicalAddress, canonicalDomain, domainOf } from '../shared/mail';
import { findSpoofing } from './findSpoofing';
import type { ReceivedMail } from './ReceivedMail';

/** The rules that a mail is checked against. */
export interface MailPolicy {
  /** State of the application: nothing is accepted unless it is running. */
  readonly state: OperationalStateName;
  /** Accepted senders: addresses, and domains as `@example.com`. Empty: nobody. */
  readonly senderAllowlist: readonly string[];
  /** The address that mail must be sent to. Absent: all mail is refused. */
  readonly agentEmail?: string | undefined;
  /** Address of the person who is obeyed. Absent: nobody is. */
  readonly operatorEmail?: string | undefined;
  /** The server whose `Authentication-Results` are trusted. Absent: see {@link filterBySpoofing}. */
  readonly authenticationHost?: string | undefined;
}

/** The reason to refuse a mail. */
export interface MailRefusal {
  /** For programs. */
  readonly status: Exclude<InboundStatus, 'received' | 'handler_error'>;
  /** For people. */
  readonly reason: string;
}

/** A check that refuses a mail, or returns `undefined`. It reads only its arguments. */
export type MailFilter = (mail: ReceivedMail, policy: MailPolicy) => MailRefusal | undefined;

/** Refuses every mail while the application is paused or stopped. */
export const filterByState: MailFilter = (_mail, { state }) => {
  switch (state) {
    case 'running':
      return undefined;
    case 'paused':
      return { status: 'filtered_paused', reason: 'the application is paused' };
    case 'stopped':
      return { status: 'filtered_stopped', reason: 'the application is stopped' };
  }
};

/** Refuses mail that is too large or malformed. */
export const filterByDefect: MailFilter = ({ defect }) => defect;

/** Refuses mail unless every sender is on the list. */
export const filterBySender: MailFilter = ({ from }, { senderAllowlist }) => {
  const foreign = from.find(({ address }) => !isListed(address, senderAllowlist));
  if (foreign === undefined && from.length > 0) return undefined;
  return { status: 'filtered_non_allowlist', reason: 'the sender is not in email_inbound_imap.senderAllowlist' };
};

/** Refuses mail that is not addressed to the application. */
export const filterByRecipient: MailFilter = ({ recipients }, { agentEmail }) => {
  if (agentEmail === undefined) return refuseRecipient('no operator.agentEmail is configured');
  return recipients.some((address) => isSame(address, agentEmail))
    ? undefined
    : refuseRecipient('it is not addressed to operator.agentEmail');
};

/**
 * Refuses mail that pretends to come from somebody else. Without `authenticationHost` the sender's domain is only compared
 * with the envelope's sender, if the server recorded that.
 */
export const filterBySpoofing: MailFilter = (mail, { authenticationHost }) => {
  const reason = findSpoofing(mail, authenticationHost);
  return reason === undefined ? undefined : { status: 'filtered_spoofing', reason };
};

/** Refuses mail that does not come from the operator. */
export const filterByIdentity: MailFilter = ({ from: [sender] }, { operatorEmail }) => {
  if (operatorEmail === undefined) return refuseIdentity('no operator.email is configured');
  return sender !== undefined && isSame(sender.address, operatorEmail)
    ? undefined
    : refuseIdentity('the sender is not operator.email');
};

const CHAIN: readonly MailFilter[] = [
  filterByState,
  filterByDefect,
  filterBySender,
  filterByRecipient,
  filterBySpoofing,
  filterByIdentity,
];

/** Applies every filter in order: state, defect, sender, recipient, spoofing, identity. Returns the first refusal. */
export const filterMail: MailFilter = (mail, policy) => {
  for (const filter of CHAIN) {
    const refusal = filter(mail, policy);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

const refuseRecipient = (reason: string): MailRefusal => ({ status: 'filtered_wrong_recipient', reason });
const refuseIdentity = (reason: string): MailRefusal => ({ status: 'filtered_identity', reason });

function isSame(address: string, expected: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical !== undefined && canonical === canonicalAddress(expected);
}

function isListed(address: string, list: readonly string[]): boolean {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return false;
  return list.some((entry) =>
    entry.startsWith('@') ? canonicalDomain(entry.slice(1)) === domainOf(canonical) : isSame(canonical, entry),
  );
}
