/** Says how many characters are left: at once for the eye, after a pause in typing for a screen reader. */
export function countCharacters(): void {
  const field = document.querySelector<HTMLTextAreaElement>("textarea[data-limit]");
  const shown = document.querySelector<HTMLElement>("[data-counter]");
  const spoken = document.querySelector<HTMLElement>("[data-counter-spoken]");
  if (field === null || shown === null || spoken === null) return;
  const limit = Number(field.dataset["limit"]);
  let pause: ReturnType<typeof setTimeout> | undefined;
  const count = () => {
    const left = limit - field.value.length;
    const words = left >= 0 ? shown.dataset["left"] : shown.dataset["over"];
    shown.textContent = `${words ?? ""} ${Math.abs(left)}`;
    shown.classList.toggle("govuk-error-message", left < 0);
    shown.hidden = false;
    clearTimeout(pause);
    pause = setTimeout(() => {
      spoken.textContent = shown.textContent;
    }, 1_000);
  };
  field.addEventListener("input", count);
  count();
}
