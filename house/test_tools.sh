#!/bin/sh
# Programs of Debian with which a few tests run: a browser, Java for Spark, dovecot for mail, a font for Chinese.
# Without the right to install, the tests that need them skip and say so.
set -u
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v java >/dev/null || missing="$missing openjdk-17-jre-headless"
command -v dovecot >/dev/null || missing="$missing dovecot-imapd"
[ -n "$(ls /usr/share/fonts/opentype/noto/NotoSansCJK* 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
echo "· installing$missing"
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "  not possible here (needs apt-get and root); the tests that use them will skip"
  exit 0
fi
apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
