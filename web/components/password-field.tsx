import { useId } from 'preact/hooks';

interface PasswordFieldProps {
  readonly name?: string;
  readonly label?: string;
  /** It is typed to prove who one is, not chosen anew. */
  readonly isKnown?: boolean;
  readonly hint?: string;
}

export function PasswordField({
  name = 'password',
  label = 'Password',
  isKnown = false,
  hint,
}: PasswordFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        type="password"
        required
        autoComplete={isKnown ? 'current-password' : 'new-password'}
        maxLength={256}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      {hint !== undefined && (
        <small class="muted" id={`${id}-hint`}>
          {hint}
        </small>
      )}
    </div>
  );
}
