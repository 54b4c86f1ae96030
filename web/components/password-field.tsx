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
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        type="password"
        required
        autoComplete={isKnown ? 'current-password' : 'new-password'}
        maxLength={256}
      />
      {hint !== undefined && <small class="muted">{hint}</small>}
    </label>
  );
}
