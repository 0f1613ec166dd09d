<!-- The ISBN of MARC 21 and of CNMARC, without what stands behind it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:z="http://indexdata.com/zebra-2.0"
    xmlns:m="http://www.loc.gov/MARC21/slim">
  <xsl:template match="text()"/>
  <xsl:template match="m:record">
    <z:record z:id="{m:controlfield[@tag='001']}">
      <xsl:for-each select="m:datafield[@tag='010' or @tag='020']/m:subfield[@code='a']">
        <z:index name="Identifier-ISBN:w"><xsl:value-of select="substring-before(concat(., ' '), ' ')"/></z:index>
      </xsl:for-each>
    </z:record>
  </xsl:template>
</xsl:stylesheet>
