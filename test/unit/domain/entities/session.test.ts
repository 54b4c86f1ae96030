import { describe, expect, it } from 'vitest';
import {
  refreshSession,
  type Session,
  type SessionPorts,
  signIn,
} from '../../../../core/domain/entities/session.ts';
import type { User } from '../../../../core/domain/entities/user.ts';

const ANN: User = {
  id: 'usr_1',
  email: 'ann@example.org',
  username: 'Ann',
  role: 'user',
  disabled: false,
  createdAt: '2026-01-01T00:00:00.000Z',
};

/** The ports of a deployment with one account, whose password is "right". */
function createPorts(): SessionPorts {
  const tries = new Map<string, number>();
  const add = (key: string, change: number) => tries.set(key, (tries.get(key) ?? 0) + change);
  return {
    users: {
      find: async () => undefined,
      findByEmail: async (email) => (email === ANN.email ? ANN : undefined),
      findPasswordHash: async (id) => (id === ANN.id ? 'right' : undefined),
    },
    passwords: {
      hash: async (password) => password,
      verify: async (password, hash) => password === hash,
    },
    sessions: {
      create: async () => {},
      find: async () => undefined,
      rotate: async () => false,
      remove: async () => {},
    },
    attempts: {
      count: async (key, { attempts }) => ((add(key, 1).get(key) ?? 0) > attempts ? 60 : undefined),
      uncount: async (key) => void add(key, -1),
      forget: async (key) => void tries.delete(key),
    },
    signAccessToken: async ({ userId }) => userId,
    now: () => new Date('2026-01-01T00:00:00Z'),
  };
}

describe('log-in attempts', () => {
  const outcomes = async (ports: SessionPorts, emails: readonly string[], password: string) => {
    const codes: string[] = [];
    for (const email of emails) {
      const tried = signIn({ email, password, address: '192.0.2.1' }, ports);
      codes.push(
        await tried.then(
          () => 'in',
          (error) => error.code,
        ),
      );
    }
    return codes;
  };
  const times = <T>(count: number, value: T) => Array<T>(count).fill(value);
  const strangers = (count: number) => Array.from({ length: count }, (_, each) => `${each}@example.org`);

  it('that are right count for nothing, so that an office behind one address goes on', async () => {
    expect(await outcomes(createPorts(), times(300, ANN.email), 'right')).toEqual(times(300, 'in'));
  });

  it('that are wrong are ten for an account, and end with one that is right', async () => {
    const ports = createPorts();
    const wrong = times(9, 'wrong_credentials');
    expect(await outcomes(ports, times(9, ANN.email), 'wrong')).toEqual(wrong);
    expect(await outcomes(ports, [ANN.email], 'right')).toEqual(['in']);
    expect(await outcomes(ports, times(11, ANN.email), 'wrong')).toEqual([
      ...times(10, 'wrong_credentials'),
      'too_many_attempts',
    ]);
    expect(await outcomes(ports, [ANN.email], 'right')).toEqual(['too_many_attempts']);
  });

  it('that are wrong are a hundred for an address, whatever the accounts', async () => {
    expect(await outcomes(createPorts(), strangers(101), 'wrong')).toEqual([
      ...times(100, 'wrong_credentials'),
      'too_many_attempts',
    ]);
  });

  it('that are made elsewhere lock nobody out, whatever the emails are', async () => {
    const ports = createPorts();
    const named = `${ANN.email} from 198.51.100.7`;
    await outcomes(ports, times(11, named), 'wrong');
    const own = signIn({ email: ANN.email, password: 'right', address: '198.51.100.7' }, ports);
    await expect(own).resolves.toMatchObject({ tokenType: 'Bearer' });
  });
});

describe('a session', () => {
  const DAY_MS = 24 * 3600 * 1000;

  /** One that is kept, at a time that goes on. */
  function createKept() {
    let session: Session | undefined;
    let good: string | undefined;
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const ports: SessionPorts = {
      ...createPorts(),
      users: { ...createPorts().users, find: async () => ANN },
      sessions: {
        create: async (created, hash) => {
          session = created;
          good = hash;
        },
        find: async () => session,
        rotate: async (_, hash, { refreshHash, expiresAt }) => {
          if (session === undefined || good !== hash) return false;
          session = { ...session, expiresAt };
          good = refreshHash;
          return true;
        },
        remove: async () => {
          session = undefined;
        },
      },
      now: () => new Date(nowMs),
    };
    const passDays = (days: number) => {
      nowMs += days * DAY_MS;
    };
    const raiseEpoch = (epoch: number) => {
      if (session !== undefined) session = { ...session, epoch };
    };
    return { ports, passDays, raiseEpoch };
  }

  it('ends after 90 days however often it is refreshed', async () => {
    const { ports, passDays } = createKept();
    let { refreshToken } = await signIn({ email: ANN.email, password: 'right', address: '192.0.2.1' }, ports);
    for (let day = 20; day < 90; day += 20) {
      passDays(20);
      ({ refreshToken } = await refreshSession(refreshToken, ports));
    }
    passDays(9.9);
    ({ refreshToken } = await refreshSession(refreshToken, ports));
    passDays(0.2);
    await expect(refreshSession(refreshToken, ports)).rejects.toMatchObject({
      code: 'invalid_refresh_token',
    });
  });

  describe('that is refreshed while a password is changed', () => {
    /** The change is made between the reads of the session and of the user. */
    async function refreshBeside(raiseOwn: (epoch: number) => void, ports: SessionPorts) {
      const { refreshToken } = await signIn(
        { email: ANN.email, password: 'right', address: '192.0.2.1' },
        ports,
      );
      const find = async () => {
        raiseOwn(1);
        return { ...ANN, sessionEpoch: 1 };
      };
      return refreshSession(refreshToken, { ...ports, users: { ...ports.users, find } });
    }

    it('goes on where it is the one that has changed it', async () => {
      const { ports, raiseEpoch } = createKept();
      expect(await refreshBeside(raiseEpoch, ports)).toMatchObject({ accessToken: ANN.id });
      expect(await ports.sessions.find('')).toBeDefined();
    });

    it('ends where it is another', async () => {
      const { ports } = createKept();
      await expect(refreshBeside(() => {}, ports)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
      expect(await ports.sessions.find('')).toBeUndefined();
    });
  });

  it('ends after 30 days without a refresh', async () => {
    const { ports, passDays } = createKept();
    const { refreshToken } = await signIn(
      { email: ANN.email, password: 'right', address: '192.0.2.1' },
      ports,
    );
    passDays(30.1);
    await expect(refreshSession(refreshToken, ports)).rejects.toMatchObject({
      code: 'invalid_refresh_token',
    });
  });
});
