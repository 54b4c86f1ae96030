import type { Construct } from 'constructs';
import { RegistrationEnvironment, TrustedIssuer } from '../core/contracts/environment.ts';
import { readTarget } from './target.ts';

/** Who may come in: `-c registration=…`, `-c registrationsPerHour=…` and `-c trustedIssuers=[…]`. */
export interface AccountSettings {
  readonly registration: 'open' | 'invite' | 'closed';
  readonly registrationsPerHour: number;
  readonly trustedIssuers: readonly TrustedIssuer[];
}

/** Nobody comes into a deployment on AWS until its operator says so; a laptop is open. */
const DEFAULT_REGISTRATION = { aws: 'closed', emulator: 'open' } as const;
/** Accounts that may be asked for from one address; on a laptop everybody comes from the same. */
const DEFAULT_REGISTRATIONS_PER_HOUR = { aws: 20, emulator: 1_000_000 } as const;

/** @throws where a setting is not what it must be, saying what that is. */
export function readAccountSettings(scope: Construct): AccountSettings {
  const registration = RegistrationEnvironment.shape.REGISTRATION.safeParse(
    scope.node.tryGetContext('registration') ?? DEFAULT_REGISTRATION[readTarget(scope)],
  );
  if (!registration.success) throw new Error('The setting registration must be open, invite or closed.');
  const issuers = TrustedIssuer.array().safeParse(
    parseJson(scope.node.tryGetContext('trustedIssuers') ?? []),
  );
  if (!issuers.success) {
    throw new Error('The setting trustedIssuers must be a JSON list of {"issuer": URL, "audience": text}.');
  }
  const perHour = RegistrationEnvironment.shape.REGISTRATIONS_PER_HOUR.safeParse(
    scope.node.tryGetContext('registrationsPerHour') ?? DEFAULT_REGISTRATIONS_PER_HOUR[readTarget(scope)],
  );
  if (!perHour.success)
    throw new Error('The setting registrationsPerHour must be a whole number above nought.');
  return {
    registration: registration.data,
    registrationsPerHour: perHour.data,
    trustedIssuers: issuers.data,
  };
}

/** `-c` gives text, a stage's file the list itself. @returns undefined where the text is no JSON. */
function parseJson(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
