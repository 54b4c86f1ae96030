import { useState } from 'preact/hooks';
import type { Detection } from '../../client/index.ts';
import { Form } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';
import { scaleBy } from './reference.ts';

interface ReferenceDialogProps {
  readonly detection: Detection;
  onClose(): void;
  onScale(pixelsPerCm: number): void;
}

/** How large an object in the picture is in truth; from that, all areas in cm². */
export function ReferenceDialog({ detection, onClose, onScale }: ReferenceDialogProps) {
  const [isRound, setRound] = useState(false);
  const submit = async (data: FormData) => {
    const [first, second] = ['first', 'second'].map((name) => Number(data.get(name)));
    const isSized = (first ?? 0) > 0 && (isRound || (second ?? 0) > 0);
    if (!isSized) throw new Error('Give a size above 0.');
    const size = isRound
      ? { diameterCm: first as number }
      : { widthCm: first as number, heightCm: second as number };
    onScale(scaleBy(detection, size));
  };
  return (
    <Dialog title="How large is it?" onClose={onClose}>
      <p class="muted">
        The <bdi>{detection.class}</bdi> gives the scale. Areas hold where things lie in its plane.
      </p>
      <Form verb="Set the scale" submit={submit}>
        <label class="field">
          <span>Shape</span>
          <select
            value={isRound ? 'round' : 'rectangle'}
            onChange={({ currentTarget }) => setRound(currentTarget.value === 'round')}
          >
            <option value="rectangle">Rectangular, such as a card (8.56 × 5.4 cm)</option>
            <option value="round">Round, such as a plate or a coin</option>
          </select>
        </label>
        <div class="row even">
          <Size name="first" label={isRound ? 'Diameter in cm' : 'Width in cm'} />
          {!isRound && <Size name="second" label="Height in cm" />}
        </div>
      </Form>
    </Dialog>
  );
}

const Size = ({ name, label }: { name: string; label: string }) => (
  <label class="field">
    <span>{label}</span>
    <input name={name} type="number" min="0.01" step="any" required inputMode="decimal" />
  </label>
);
