import type { InboundStatus } from '../audit_log/AuditEvent';
import type { OperationalStateName } from '../operational_state/OperationalState';
import { canonicalAddress, canonicalDomain, domainOf } from '../shared/mailAddress';
import { findSpoofing } from './findSpoofing';
import type { ReceivedMail } from './ReceivedMail';

export interface MailPolicy {
  readonly state: OperationalStateName;
  /** Addresses, and domains as `@example.com`. Empty: nobody. */
  readonly senderAllowlist: readonly string[];
  /** The address that mail has to go to. Absent: none does. */
  readonly agentEmail?: string | undefined;
  /** The person who is obeyed. Absent: nobody is. */
  readonly operatorEmail?: string | undefined;
  /** See {@link findSpoofing}. */
  readonly authenticationHost?: string | undefined;
}

export interface MailRefusal {
  readonly status: Exclude<InboundStatus, 'received' | 'handler_error'>;
  readonly reason: string;
}

/** Says why a mail is not handled; `undefined` if it has nothing against it. Reads nothing but its arguments. */
export type MailFilter = (mail: ReceivedMail, policy: MailPolicy) => MailRefusal | undefined;

/** Nothing is handled while the application is paused or stopped. */
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

/** What is too large or cannot be read is refused, whoever sent it. */
export const filterByDefect: MailFilter = ({ defect }) => defect;

/** Every sender has to be on the list. */
export const filterBySender: MailFilter = ({ from }, { senderAllowlist }) => {
  const foreign = from.find(({ address }) => !isListed(address, senderAllowlist));
  if (foreign === undefined && from.length > 0) return undefined;
  return { status: 'filtered_non_allowlist', reason: 'the sender is not in email_inbound_imap.senderAllowlist' };
};

export const filterByRecipient: MailFilter = ({ recipients }, { agentEmail }) => {
  if (agentEmail === undefined) return refuseRecipient('no operator.agentEmail is configured');
  return recipients.some((address) => isSame(address, agentEmail))
    ? undefined
    : refuseRecipient('it is not addressed to operator.agentEmail');
};

export const filterBySpoofing: MailFilter = (mail, { authenticationHost }) => {
  const reason = findSpoofing(mail, authenticationHost);
  return reason === undefined ? undefined : { status: 'filtered_spoofing', reason };
};

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

/** What the first filter of the chain says that has something against the mail. */
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
