import wx from "weixin-js-sdk";

/** Configures WeChat's scripts by what the page has signed. */
export function configure(signed, asked) {
  wx.config({
    debug: false, appId: signed.appid, timestamp: Number(signed.timestamp), nonceStr: signed.nonce,
    signature: signed.signature, ...asked,
  });
  return wx;
}
