/** Longer than the time between two calls while there is work. */
const EXPIRES_MINUTES = 5;
const ANSWER_MS = 5_000;

/**
 * Has ECS stop other tasks than this one when it stops some, by the agent on the task's machine.
 * @param agentUri `ECS_AGENT_URI`; where it is undefined there is no agent to ask.
 * @throws where the agent refuses.
 */
export const createTaskProtection =
  (agentUri: string | undefined) =>
  async (isProtected: boolean): Promise<void> => {
    if (agentUri === undefined) return;
    const answer = await fetch(`${agentUri}/task-protection/v1/state`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ProtectionEnabled: isProtected,
        ...(isProtected && { ExpiresInMinutes: EXPIRES_MINUTES }),
      }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    // The agent answers 200 with a `failure` where ECS has refused.
    if (!answer.ok || text.includes('"failure"')) {
      throw new Error(
        `The agent did not ${isProtected ? 'protect the task' : 'end its protection'}: ${text}`,
      );
    }
  };
