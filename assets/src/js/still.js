// A drawing becomes a photograph that WeChat keeps after a long press. Without this it stays a drawing.
const picture = document.querySelector("[data-still]");

async function still() {
  // One that stands within the page is there already.
  const address = async () => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await (await fetch(picture.src)).text())}`;
  const drawing = new Image();
  drawing.width = picture.width;
  drawing.height = picture.height;
  drawing.src = picture.src.startsWith("data:") ? picture.src : await address();
  await drawing.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Number(picture.getAttribute("width"));
  canvas.height = Number(picture.getAttribute("height"));
  canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
  picture.src = canvas.toDataURL("image/jpeg", 0.9);
  picture.dataset.still = "done";
}

if (picture) still().catch(() => {});
