import { configure } from "./wx.js";

// An activity's page in WeChat: what the card says that is sent to a friend or shown to all of them.
const said = document.querySelector("[data-share]").dataset;
const wx = configure(said, { jsApiList: ["updateAppMessageShareData", "updateTimelineShareData"] });
wx.ready(() => {
  const card = { title: said.title, link: said.link, imgUrl: said.picture };
  wx.updateAppMessageShareData({ ...card, desc: said.facts });
  wx.updateTimelineShareData(card);
});
