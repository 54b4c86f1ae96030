import { useState } from 'preact/hooks';
import type { User } from '../../client/index.ts';
import { formatExact } from '../app/format.ts';
import { useMe } from '../app/me.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Empty, Failure, Form, Page, Secret, StatusChip, textOf, When } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';

/** Who may come in, and what they have. */
export function AdminPage() {
  const { user: me } = useMe();
  const users = useLoad(() => take(segmentry.list('listUsers'), 1_000), []);
  const [secret, setSecret] = useState<{ name: string; value: string }>();
  const [granted, setGranted] = useState<User>();
  const [error, setError] = useState<unknown>();
  const tell = (name: string, path: string) => (link: { token: string; expiresAt: string }) =>
    setSecret({
      name: `${name} Good until ${formatExact(link.expiresAt)}.`,
      value: `${location.origin}${path}${link.token}`,
    });
  const act = (work: Promise<unknown>) => void work.then(users.reload, setError);
  if (me !== undefined && me.role !== 'admin') {
    return (
      <Empty title="For admins">
        <p>Your account may not see this page. Ask an admin of this deployment.</p>
      </Empty>
    );
  }
  return (
    <Page
      title="Admin"
      actions={
        <button
          type="button"
          class="primary"
          onClick={() =>
            void segmentry.api.createInvite().then(tell('An invite for one account.', '/?invite='), setError)
          }
        >
          Invite somebody
        </button>
      }
    >
      {secret !== undefined && <Secret {...secret} />}
      <Failure error={error ?? users.error} onRetry={users.reload} />
      <div class="table-frame" tabIndex={0} role="region" aria-label="Users">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Email</th>
              <th scope="col">Role</th>
              <th scope="col">Since</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.value?.map((user) => (
              <tr key={user.id}>
                <td>
                  <bdi class="truncate">{user.email}</bdi>
                </td>
                <td>
                  {user.role} {user.disabled && <StatusChip status="disabled" />}
                </td>
                <td>
                  <When at={user.createdAt} />
                </td>
                <td class="end">
                  <details class="menu">
                    <summary class="button" aria-label={`What to do with ${user.email}`}>
                      Change
                    </summary>
                    <div class="menu-list">
                      <button type="button" onClick={() => setGranted(user)}>
                        Grant credits
                      </button>
                      <button
                        type="button"
                        onClick={() =>
                          void segmentry.api
                            .createPasswordReset({ id: user.id })
                            .then(
                              tell(`A link that sets a password of ${user.email}.`, '/password-reset?token='),
                              setError,
                            )
                        }
                      >
                        Reset the password
                      </button>
                      {user.id !== me?.id && (
                        <>
                          <button
                            type="button"
                            onClick={() =>
                              act(
                                segmentry.api.changeUser({
                                  id: user.id,
                                  role: user.role === 'admin' ? 'user' : 'admin',
                                }),
                              )
                            }
                          >
                            {user.role === 'admin' ? 'Make a user' : 'Make an admin'}
                          </button>
                          <button
                            type="button"
                            onClick={() =>
                              act(segmentry.api.changeUser({ id: user.id, disabled: !user.disabled }))
                            }
                          >
                            {user.disabled ? 'Enable' : 'Disable'}
                          </button>
                        </>
                      )}
                    </div>
                  </details>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {granted !== undefined && (
        <Dialog title="Grant credits" onClose={() => setGranted(undefined)}>
          <p class="muted">
            To <bdi>{granted.email}</bdi>
          </p>
          <Form
            verb="Grant"
            submit={async (data) => {
              const note = textOf(data, 'note');
              await segmentry.api.grantCredits({
                id: granted.id,
                amount: Number(data.get('amount')),
                ...(note !== '' && { note }),
              });
              setGranted(undefined);
            }}
          >
            <label class="field">
              <span>Credits</span>
              <input name="amount" type="number" min="0.001" step="0.001" required />
            </label>
            <label class="field">
              <span>Note</span>
              <input name="note" maxLength={200} />
            </label>
          </Form>
        </Dialog>
      )}
    </Page>
  );
}
