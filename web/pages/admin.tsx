import { useState } from 'preact/hooks';
import type { User } from '../../client/index.ts';
import { formatExact } from '../app/format.ts';
import { useMe } from '../app/me.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Empty, Failure, Form, Page, Secret, StatusChip, textOf, When } from '../components/common.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Menu } from '../components/menu.tsx';

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
  const resetPassword = ({ id, email }: User) =>
    void segmentry.api
      .createPasswordReset({ id })
      .then(tell(`A link that sets a password of ${email}.`, '/password-reset?token='), setError);
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
      <DataTable
        label="Users"
        rows={users.value ?? []}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Email', cell: ({ email }) => <bdi class="truncate">{email}</bdi> },
          { name: 'Name', isMinor: true, cell: ({ username }) => <bdi class="truncate">{username}</bdi> },
          {
            name: 'Role',
            cell: ({ role, disabled }) => (
              <>
                {role} {disabled && <StatusChip status="disabled" />}
              </>
            ),
          },
          { name: 'Since', isMinor: true, cell: ({ createdAt }) => <When at={createdAt} /> },
          {
            name: 'Actions',
            isActions: true,
            cell: (user) => (
              <UserMenu
                user={user}
                isSelf={user.id === me?.id}
                onGrant={() => setGranted(user)}
                onReset={() => resetPassword(user)}
                onChange={(changes) =>
                  void segmentry.api.changeUser({ id: user.id, ...changes }).then(users.reload, setError)
                }
              />
            ),
          },
        ]}
      />
      {granted !== undefined && <GrantDialog user={granted} onClose={() => setGranted(undefined)} />}
    </Page>
  );
}

interface UserMenuProps {
  readonly user: User;
  readonly isSelf: boolean;
  onGrant(): void;
  onReset(): void;
  onChange(changes: { role?: User['role']; disabled?: boolean }): void;
}

/** Nobody takes the own rights away, or shuts themselves out. */
function UserMenu({ user: { email, role, disabled }, isSelf, ...on }: UserMenuProps) {
  return (
    <Menu name="Change" label={`Change ${email}`}>
      <button type="button" onClick={on.onGrant}>
        Grant credits
      </button>
      <button type="button" onClick={on.onReset}>
        Reset the password
      </button>
      {!isSelf && (
        <>
          <button type="button" onClick={() => on.onChange({ role: role === 'admin' ? 'user' : 'admin' })}>
            {role === 'admin' ? 'Make a user' : 'Make an admin'}
          </button>
          <button type="button" onClick={() => on.onChange({ disabled: !disabled })}>
            {disabled ? 'Enable' : 'Disable'}
          </button>
        </>
      )}
    </Menu>
  );
}

function GrantDialog({ user: { id, email }, onClose }: { user: User; onClose: () => void }) {
  const grant = async (data: FormData) => {
    const note = textOf(data, 'note');
    const amount = Number(data.get('amount'));
    await segmentry.api.grantCredits({ id, amount, ...(note !== '' && { note }) });
    onClose();
  };
  return (
    <Dialog title="Grant credits" onClose={onClose}>
      <p class="muted">
        To <bdi>{email}</bdi>
      </p>
      <Form verb="Grant" submit={grant}>
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
  );
}
