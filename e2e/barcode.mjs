// An EAN-13 bar code as a video that a browser takes for its camera (ISO/IEC 15420, YUV4MPEG2).
const LEFT = ["0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"];
const PARITY = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"];
const [WIDTH, HEIGHT, MODULE] = [640, 480, 4];

const turned = (bits) => [...bits].reverse().join("");
const flipped = (bits) => bits.replace(/[01]/g, (bit) => (bit === "0" ? "1" : "0"));

/** Bars and spaces, one character a module. */
function modules(digits) {
  const left = [...PARITY[Number(digits[0])]].map((side, n) => {
    const bits = LEFT[Number(digits[n + 1])];
    return side === "L" ? bits : turned(flipped(bits));
  });
  const right = [...digits.slice(7)].map((digit) => flipped(LEFT[Number(digit)]));
  return ["101", ...left, "01010", ...right, "101"].join("");
}

/** The bytes of a y4m file of a few frames, 640 by 480. */
export function ean13Video(digits) {
  const bits = modules(digits);
  const from = (WIDTH - bits.length * MODULE) / 2;
  const line = Buffer.from(Array.from({ length: WIDTH }, (_, x) => (bits[Math.floor((x - from) / MODULE)] === "1" ? 16 : 235)));
  const blank = Buffer.alloc(WIDTH, 235);
  const light = Buffer.concat(Array.from({ length: HEIGHT }, (_, y) => (y > 120 && y < 360 ? line : blank)));
  const frame = Buffer.concat([Buffer.from("FRAME\n"), light, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip C420jpeg\n`), ...Array(5).fill(frame)]);
}
