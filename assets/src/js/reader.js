import { guardForms } from "./forms.js";

/** 发送验证码: shows how long to wait until the next. */
function countDown(button) {
  const label = button.textContent;
  const until = Date.now() + Number(button.dataset.countdown) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${left} 秒后重发` : label;
    if (left > 0) setTimeout(tick, 500);
  };
  tick();
}

/** 兑换码: a tap copies it. */
function copyOnTap(code) {
  code.addEventListener("click", async () => {
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(code.textContent.replace(/\s/g, ""));
    const said = document.createElement("p");
    said.className = "toast";
    said.setAttribute("role", "status");
    said.textContent = "已复制兑换码";
    document.body.append(said);
    setTimeout(() => said.remove(), 2000);
  });
}

guardForms();
document.querySelectorAll("[data-countdown]").forEach((button) => {
  if (Number(button.dataset.countdown) > 0) countDown(button);
});
document.querySelectorAll("[data-copy]").forEach(copyOnTap);
